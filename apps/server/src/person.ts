import * as z from "zod";

const mostCharacters = 40;

/** Line breaks and other controls, and marks that turn the direction of the text around them. */
const unwanted = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** What is left of a name that can be seen. */
const visible = /[^\p{Z}\p{Cf}\p{M}\p{Cc}]/u;

/** A person's name: 1–40 characters after trimming, on one line, not invisible. */
export const personName = z
  .string("is missing")
  .max(400, "is longer than 40 characters")
  .transform((name) => name.normalize("NFC").trim().replace(/ +/g, " "))
  .refine((name) => visible.test(name), "is empty")
  .refine((name) => !unwanted.test(name), "holds characters that cannot be shown")
  .refine((name) => [...name].length <= mostCharacters, "is longer than 40 characters");
