// Commands by HTTP to the kernel's own server, for while a running cell keeps the kernel from reading messages.

/** The commands that the kernel's server takes. */
export const KERNEL_COMMANDS = new Set(["pause", "resume", "cancel"]);

/** Client of the kernel's server; of no use before the kernel has said where it is. */
export class KernelControl {
  constructor() {
    /** @type {{ url: string, token: string } | null} */
    this.way = null;
  }

  /** @param {Message} message with the address and the token */
  receive({ url, token }) {
    this.way = { url: String(url).replace(/\/+$/, ""), token };
  }

  /**
   * Sends a command; true where it was taken. Failures are not shown: the kernel gets the command too, and answers.
   *
   * @param {string} command
   * @param {string} thread
   */
  async sendCommand(command, thread) {
    if (!this.way || !KERNEL_COMMANDS.has(command)) return false;
    try {
      const answer = await fetch(`${this.way.url}/api/${command}/${encodeURIComponent(thread)}`, {
        method: "POST",
        headers: { Authorization: `Bearer ${this.way.token}` },
        credentials: "omit",
        referrerPolicy: "no-referrer",
        cache: "no-store",
      });
      return answer.ok;
    } catch {
      return false;
    }
  }
}
