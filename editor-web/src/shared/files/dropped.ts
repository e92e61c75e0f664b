// dropped.ts — files that were dropped or chosen, folders opened, with their names below the folder.
//
// In: what a drop carries, files of a chooser. Out: files with names. Promise: what cannot be read is an error of its
// own name, not of all.
export interface NamedFile { readonly name: string; readonly file: File; readonly isInFolder: boolean }

export const named = (files: Iterable<File>): NamedFile[] => [...files].map((file) => ({ name: file.name, file, isInFolder: false }));

const MOST_FILES = 4000;

function listed(reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

async function below(entry: FileSystemEntry, folder: string, found: NamedFile[]): Promise<void> {
  if (found.length >= MOST_FILES) return;
  const name = `${folder}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ name, file, isInFolder: true });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (let entries = await listed(reader); entries.length > 0; entries = await listed(reader)) // a browser gives a hundred at a time
    for (const each of entries) await below(each, `${name}/`, found);
}

/** To be called while the event is: later the items are gone. */
export async function dropped(transfer: DataTransfer | null): Promise<NamedFile[]> {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file').map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: NamedFile[] = [];
  for (const { entry, file } of items) {
    if (entry?.isDirectory) {
      const reader = (entry as FileSystemDirectoryEntry).createReader();
      for (let entries = await listed(reader); entries.length > 0; entries = await listed(reader))
        for (const each of entries) await below(each, '', found);
    } else if (file) found.push(...named([file]));
  }
  return found;
}
