/**
 * One planted fault: a change that a maintainer might make and that must not pass.
 * @typedef {object} Mutant
 * @property {string} name
 * @property {string} breaks What the product promises and this breaks.
 * @property {readonly Edit[]} edits
 * @property {readonly Catcher[]} caughtBy Those of which at least one must fail.
 * @property {string} [needs] What these do not run without, where that may be missing.
 * @property {boolean} [isQuick] Part of the short form: takes seconds and needs nothing but the sources.
 */

/** Where it is planted: a text that the file holds exactly once, and what takes its place. @typedef {{ file: string, find: string, put: string }} Edit */

/** A test file, and what the names of its tests in question hold. @typedef {{ file: string, test: string }} Catcher */

/** Where a mutant's text is not to be found once: the list has fallen behind the sources. */
export class Misfit extends Error {}

/**
 * The source with the edit in it. Throws Misfit where that cannot be.
 * @param {string} source
 * @param {Edit} edit
 */
export function edited(source, { file, find, put }) {
  const places = source.split(find).length - 1;
  if (places === 1) return source.split(find).join(put);
  throw new Misfit(`${places === 0 ? "does not hold" : `holds ${places} times`} what is to be replaced: ${file}`);
}
