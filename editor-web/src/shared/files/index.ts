export { DropZone } from './drop-zone';
export { FileButton } from './file-button';
export { useFiles } from './use-files';
