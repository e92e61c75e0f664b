// dropped.ts — files that were dropped or chosen, folders opened, with their names below the folder.
//
// In: what a drop carries, files of a chooser. Out: files with names. Promise: what cannot be read, and what was left
// out, is a problem of its own name, not of all; nothing is thrown.
export interface NamedFile { readonly name: string; readonly file: File; readonly isInFolder: boolean }
export interface NoFile { readonly name: string; readonly problem: 'unreadable' | 'too-many' }
export type Given = NamedFile | NoFile;

export const named = (files: Iterable<File>): NamedFile[] => [...files].map((file) => ({ name: file.name, file, isInFolder: false }));

export const MOST_FILES = 4000;

const listed = (reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
const opened = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));

/** All below a folder; false: there were too many. */
async function takenBelow(folder: FileSystemDirectoryEntry, name: string, found: Given[]): Promise<boolean> {
  const reader = folder.createReader();
  for (let entries = await listed(reader); entries.length > 0; entries = await listed(reader)) // a browser gives a hundred at a time
    for (const each of entries) if (!(await taken(each, `${name}${each.name}`, found))) return false;
  return true;
}

async function taken(entry: FileSystemEntry, name: string, found: Given[]): Promise<boolean> {
  if (found.length >= MOST_FILES) return false;
  try {
    if (!entry.isFile) return await takenBelow(entry as FileSystemDirectoryEntry, `${name}/`, found);
    found.push({ name, file: await opened(entry as FileSystemFileEntry), isInFolder: true });
  } catch {
    found.push({ name, problem: 'unreadable' });
  }
  return true;
}

/** To be called while the event is: later the items are gone. */
export async function dropped(transfer: DataTransfer | null): Promise<Given[]> {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file').map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: Given[] = [];
  for (const { entry, file } of items) {
    if (!entry?.isDirectory) {
      if (file) found.push(...named([file]));
      continue;
    }
    try {
      if (!(await takenBelow(entry as FileSystemDirectoryEntry, '', found))) found.push({ name: entry.name, problem: 'too-many' });
    } catch {
      found.push({ name: entry.name, problem: 'unreadable' });
    }
  }
  return found;
}
