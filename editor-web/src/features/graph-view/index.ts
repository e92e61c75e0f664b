export { GraphView } from './graph-view';
