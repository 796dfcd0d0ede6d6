// Words for the kinds of document, as workbench/export/letter_forms.py has them for the files.

import { _ } from "./catalogue.js";

const FORM = "Form I-140, Immigrant Petition for Alien Workers";

/** @typedef {{ noun: string, title: string, re: [term: string, words: string], claimsCriteria: boolean, namesClassification: boolean }} Words */

/** @type {Words} */
const PETITION = {
  noun: _("petition"),
  title: _("Petition"),
  re: ["Petition", FORM],
  claimsCriteria: true,
  namesClassification: true,
};

/** @type {Record<string, Words>} */
const OTHERS = {
  rfe_response: {
    noun: _("response"),
    title: _("Response"),
    re: ["Response", `Response to Request for Evidence, ${FORM}`],
    claimsCriteria: false,
    namesClassification: true,
  },
  expert_letter: {
    noun: _("letter"),
    title: _("Letter"),
    re: ["Letter", `Letter on the work of the beneficiary, ${FORM}`],
    claimsCriteria: false,
    namesClassification: false,
  },
};

/**
 * Returns the words for a run's document; before its state is known, a petition's.
 *
 * @param {Snapshot | null | undefined} state
 */
export const nameDocument = (state) => OTHERS[state?.letter.document_type ?? ""] ?? PETITION;
