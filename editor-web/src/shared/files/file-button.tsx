import { useRef } from 'react';

import { Button } from '../ui';
import type { ButtonProps } from '../ui';
import { named } from './dropped';
import { useFiles } from './use-files';

/** Asks for files and takes them. */
export function FileButton({ children, ...rest }: ButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const take = useFiles();
  return (
    <>
      <Button icon="upload" {...rest} onClick={() => input.current?.click()}>{children}</Button>
      <input ref={input} type="file" multiple hidden tabIndex={-1} aria-hidden="true" accept=".odx,.json,.csv,.gz,.tape,text/plain"
        onChange={(event) => {
          void take(named(event.target.files ?? []));
          event.target.value = '';
        }} />
    </>
  );
}
