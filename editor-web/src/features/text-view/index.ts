export { TextView } from './text-view';
