/** A curve without axes: how equity went, from where it began. */
export function Sparkline({ points, label, width = 240, height = 48 }: { points: readonly number[]; label: string; width?: number; height?: number }) {
  const low = Math.min(...points), high = Math.max(...points), span = high - low || 1;
  const x = (index: number) => (points.length < 2 ? 0 : (index / (points.length - 1)) * width);
  const y = (value: number) => (high === low ? height / 2 : 2 + (1 - (value - low) / span) * (height - 4));
  const start = points[0] ?? 0;
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className="h-12 w-full max-w-sm">
      <line x1="0" x2={width} y1={y(start)} y2={y(start)} stroke="var(--line-strong)" strokeDasharray="2 4" vectorEffect="non-scaling-stroke" />
      <polyline points={points.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')} fill="none" stroke="var(--accent)" strokeWidth="1.5" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
