// chart-frame.tsx — the place of a chart: title, legend, its size, and a sentence that says what it shows.
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';

export interface Size { readonly width: number; readonly height: number }

export interface ChartFrameProps {
  readonly title: string;
  /** What the chart shows, for who cannot see it: "Equity from $1,000 to $1,012, lowest $983". */
  readonly summary: string;
  readonly legend?: ReactNode;
  readonly children: (size: Size) => ReactNode;
}

export function ChartFrame({ title, summary, legend, children }: ChartFrameProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size | null>(null);
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const observer = new ResizeObserver(() => setSize({ width: box.clientWidth, height: box.clientHeight }));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return (
    <figure className="flex h-full min-h-32 min-w-0 flex-col">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-2 px-3 pt-2 text-sm">
        <span className="font-medium">{title}</span>
        <span className="sr-only">{summary}</span>
        {legend}
      </figcaption>
      <div ref={ref} aria-hidden="true" className="min-h-0 flex-1">{size && size.width > 0 && children(size)}</div>
    </figure>
  );
}
