export { said, setLanguage, useLanguage, useMessages } from './language';
export type { Translate } from './language';
export { defineMessages, filled, LANGUAGES } from './messages';
export type { Holes, Language, Messages } from './messages';
export { nameIn, useNames } from './names';
