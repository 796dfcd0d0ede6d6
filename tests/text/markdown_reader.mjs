// Reads sources (a JSON list on stdin) with the monitor's reader, and writes their blocks as JSON, as the table has them.
import { readMarkdown } from "../../workbench/web/static/monitor/draft.js";

const style = (run) => (run.citation ? "citation" : run.note ? "note" : `${run.bold ? "bold" : ""}${run.italic ? "italic" : ""}`);

function toRow(block) {
  if (block.kind === "rule") return ["rule"];
  if (block.kind === "heading") return [`heading ${block.level}`, joined(block.runs)];
  if (block.kind === "note") return [`note ${block.name}`, joined(block.runs)];
  if (block.kind === "paragraph") return ["paragraph", joined(block.runs)];
  if (block.kind === "list") return [block.start === null ? "bullets" : `numbers from ${block.start}`, ...block.children.map((item) => item.children.map(toRow))];
  if (block.kind === "table") return ["table", block.alignments, ...block.children.map((row) => row.children.map((cell) => joined(cell.runs)))];
  return [block.kind, ...block.children.map(toRow)];
}

function joined(runs) {
  const rows = [];
  for (const run of runs) {
    const last = rows.at(-1);
    if (last && last[1] === style(run) && !run.citation && !run.note) last[0] += run.text;
    else rows.push([run.text, style(run)]);
  }
  for (const row of rows) if (row[1] !== "citation") row[0] = row[0].replace(/[ \t]+/g, " ");
  return rows.map(([text, how]) => (how ? [text, how] : text));
}

let input = "";
for await (const chunk of process.stdin) input += chunk;
const sources = JSON.parse(input);
process.stdout.write(JSON.stringify(sources.map((source) => readMarkdown(source).map((block) => ({ lines: block.lines, block: toRow(block) })))));
