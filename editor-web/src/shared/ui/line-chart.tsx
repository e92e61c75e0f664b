// line-chart.tsx — uPlot in our tokens: lines over time, a mark, a click or drag that says where.
//
// Imported by features alone (it brings uPlot): not from the door of shared/ui.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';

import { useKeptRows } from '../hooks/use-kept';
import { formatClock, formatInstant } from '../lib/time';
import { useTheme } from '../lib/use-theme';
import { ChartFrame } from './chart-frame';
import type { Size } from './chart-frame';

export interface Line {
  readonly label: string;
  /** A token: `accent`, `yes`, `no`, `ink-faint`. */
  readonly colour: string;
  readonly values: ArrayLike<number>;
  readonly isThin?: boolean;
  readonly isStepped?: boolean;
}

type Style = Required<Omit<Line, 'values'>> & { readonly id: string };

export interface LineChartProps {
  readonly title: string;
  readonly summary: string;
  /** Seconds since 1970. */
  readonly seconds: ArrayLike<number>;
  readonly lines: readonly Line[];
  /** Where the mark stands, in seconds. */
  readonly at?: number | null;
  readonly onPick?: (seconds: number) => void;
  readonly format: (value: number) => string;
}

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const known = (values: ArrayLike<number>): (number | null)[] => Array.from(values, (value) => (Number.isNaN(value) ? null : value));

/** Hours and minutes, UTC; days where the steps are days. */
function clockOrDay(instants: readonly number[]): string[] {
  const [first = 0, second = first] = instants;
  return instants.map((seconds) => (second - first >= 86400 ? formatInstant(seconds * 1e6).slice(5, 10) : formatClock(seconds * 1e6, false).slice(0, second - first < 60 ? 8 : 5)));
}

function markPlugin(at: { current: number | null }): uPlot.Plugin {
  return { hooks: { draw: (plot) => {
    if (at.current === null) return;
    const x = Math.round(plot.valToPos(at.current, 'x', true)), { top, height } = plot.bbox;
    plot.ctx.fillStyle = token('accent');
    plot.ctx.fillRect(x - 1, top, 2, height);
  } } };
}

function newPlot(box: HTMLElement, { size, lines, format, mark, onPick }: { size: Size; lines: readonly Style[]; format: (value: number) => string; mark: { current: number | null }; onPick: (seconds: number) => void }): uPlot {
  const axis = { stroke: token('ink-faint'), grid: { stroke: token('line'), width: 1 }, ticks: { stroke: token('line') }, font: '11px system-ui' };
  const plot = new uPlot({
    width: size.width, height: size.height, legend: { show: false }, plugins: [markPlugin(mark)],
    cursor: { drag: { x: false, y: false } }, padding: [8, 12, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    axes: [{ ...axis, size: 28, values: (_plot, instants) => clockOrDay(instants) }, { ...axis, size: 88, values: (_plot, values) => values.map(format) }],
    series: [{}, ...lines.map(({ label, colour, isThin, isStepped }) => ({
      label, stroke: token(colour), width: isThin ? 1 : 1.75, points: { show: false }, ...(isStepped ? { paths: uPlot.paths.stepped?.({ align: 1 }) } : {}),
    }))] as uPlot.Series[],
  }, undefined, box);
  const tell = (event: PointerEvent) => {
    if (event.buttons === 1) onPick(plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x'));
  };
  plot.over.addEventListener('pointerdown', tell);
  plot.over.addEventListener('pointermove', tell);
  return plot;
}

/** One plot as long as its lines are called and drawn the same: other values, another size or mark are put into it. */
function Plot({ size, seconds, lines, at = null, onPick, format }: LineChartProps & { size: Size }) {
  const box = useRef<HTMLDivElement>(null), plot = useRef<uPlot | null>(null);
  const mark = useRef<number | null>(at), pick = useRef(onPick), room = useRef(size);
  const theme = useTheme();
  const styles = useKeptRows(lines.map(({ label, colour, isThin, isStepped }): Style => ({ id: label, label, colour, isThin: isThin ?? false, isStepped: isStepped ?? false })));
  useEffect(() => { pick.current = onPick; }, [onPick]);
  useEffect(() => {
    if (!box.current) return;
    const made = newPlot(box.current, { size: room.current, lines: styles, format, mark, onPick: (picked) => pick.current?.(picked) });
    plot.current = made;
    return () => made.destroy();
  }, [styles, format, theme]);
  useEffect(() => {
    room.current = size;
    plot.current?.setSize(size);
  }, [size]);
  useEffect(() => {
    plot.current?.setData([Array.from(seconds), ...lines.map(({ values }) => known(values))] as uPlot.AlignedData);
  }, [seconds, lines, styles, format, theme]);
  useEffect(() => {
    mark.current = at;
    plot.current?.redraw(false);
  }, [at]);
  return <div ref={box} />;
}

export function LineChart(props: LineChartProps) {
  const legend = (
    <span className="flex flex-wrap gap-3 text-xs text-ink-soft">
      {props.lines.map(({ label, colour }) => (
        <span key={label} className="inline-flex items-center gap-1"><svg aria-hidden="true" viewBox="0 0 12 2" className="w-3"><path d="M0 1h12" strokeWidth="2" stroke={`var(--${colour})`} /></svg>{label}</span>
      ))}
    </span>
  );
  return <ChartFrame title={props.title} summary={props.summary} legend={legend}>{(size) => <Plot {...props} size={size} />}</ChartFrame>;
}
