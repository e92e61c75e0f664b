// The door of the model. No React here; hooks are in shared/hooks.
export * from './types';
export { derive, fileName, request } from './derive';
export type { ViewCompiler } from './derive';
export { exportedName, importedFile, LARGEST_DOCUMENT } from './files';
export type { FileProblem, Imported } from './files';
export type { EditKind } from './history';
export { cleanName, renamed, titleIn } from './title';
export { DocumentSession } from './session';
export type { OtherTabs, SessionState, SessionTools } from './session';
export { newSnapshot, sameSnapshot, sameSource } from './snapshot';
export { BrowserStore } from './store';
export type { DocumentStore } from './store';
export { pageLeftovers } from './leftovers';
export type { KeptLeftover, Leftovers } from './leftovers';
export { Library } from './library';
export type { LibraryTools } from './library';
