/** What stands in place of content and salt that were erased, and how readers are kept from taking it for content. */

/** As long as a salt, so that nothing of its page is moved. */
export const erasedSalt = "-".repeat(32);

/** Of a select, joined: the same, with nothing for null. */
export const saltAndContent = `nullif(salt, '${erasedSalt}'), iif(salt = '${erasedSalt}', NULL, content)`;

/** Of a select: content and salt, with nothing where something was erased. */
export const contentColumns = `iif(salt = '${erasedSalt}', NULL, content) AS content, nullif(salt, '${erasedSalt}') AS salt`;
