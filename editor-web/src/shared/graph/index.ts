// The door of the graph document: data, inputs, edits. No React here.
export * from './edits';
export * from './graph';
export * from './inputs';
