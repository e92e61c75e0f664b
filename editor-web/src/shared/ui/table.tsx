// table.tsx — rows of figures: numbers right, tabular, a header that stays, rows that can be chosen by key.
import type { ReactNode } from 'react';

import { classNames } from '../lib/class-names';

export interface Column<T> {
  readonly id: string;
  readonly title: ReactNode;
  readonly cell: (row: T) => ReactNode;
  readonly numeric?: boolean;
}

export interface TableProps<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly selected?: string | null;
  readonly onSelect?: (row: T) => void;
}

export function Table<T>({ caption, columns, rows, rowKey, selected, onSelect }: TableProps<T>) {
  const side = (column: Column<T>) => (column.numeric ? 'text-right' : 'text-left');
  return (
    <table className="w-full max-md:whitespace-nowrap border-separate border-spacing-0 text-sm">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.id} scope="col" className={classNames('sticky top-0 z-10 border-b border-line bg-surface px-2 py-1.5 font-medium text-ink-soft', side(column))}>{column.title}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const key = rowKey(row);
          return (
            <tr key={key} aria-selected={selected === undefined ? undefined : selected === key} tabIndex={onSelect ? 0 : undefined}
              onClick={onSelect && (() => onSelect(row))}
              onKeyDown={onSelect && ((event) => event.key === 'Enter' && onSelect(row))}
              className={classNames(onSelect && 'cursor-pointer hover:bg-hover', selected === key && 'bg-accent-soft')}>
              {columns.map((column) => <td key={column.id} className={classNames('border-b border-line px-2 py-1 align-top', side(column))}>{column.cell(row)}</td>)}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
