// The door of the graph document: data, inputs, edits. No React here.
export * from './edits';
export { expressionText } from './expression';
export { choiceOf, FIELD_GROUPS, fieldChoices, spelled, tokensOf, typedValue } from './fields';
export type { FieldChoice, FieldGroup, Unit } from './fields';
export * from './graph';
export * from './inputs';
