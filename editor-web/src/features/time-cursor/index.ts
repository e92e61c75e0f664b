export { TimeCursorPanel } from './time-cursor-panel';
