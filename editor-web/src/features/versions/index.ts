export { VersionsPanel } from './versions-panel';
