export { FindingsPanel } from './findings-panel';
