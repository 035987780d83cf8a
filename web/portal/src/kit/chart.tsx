import type { VNode } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { number, useWords } from "../i18n.ts";
import { Button } from "./button.tsx";
import css from "./chart.css?text";
import { curve } from "./curve.ts";
import { kitWords } from "./words.ts";

adopt(css);

export interface Series {
  name: string;
  /** One value a label; null where there is none, and the line has a gap. */
  values: readonly (number | null)[];
}

/** Round steps for an axis from 0: 1, 2 or 5 times a power of ten; `whole`: of what is counted. */
function ticksTo(most: number, whole: boolean, wanted = 4): number[] {
  const rough = Math.max(most / wanted, whole ? 1 : 1e-9);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough)!;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, at) => at * step);
}

const height = 200;
const pad = { top: 8, right: 8, bottom: 24, left: 40 };

/** A small chart of lines or stacked columns from 0, and the same as a table. Series are told apart by dashes too. */
export function Chart({ label, kind = "line", smooth = false, labels, series, most, format = number }: {
  label: string;
  kind?: "line" | "bar";
  /** Lines bend from point to point; they still go through each. */
  smooth?: boolean;
  labels: readonly string[];
  series: readonly Series[];
  /** The end of the axis, such as 1 for shares; otherwise the largest value. */
  most?: number;
  format?: (value: number) => string;
}): VNode {
  const t = useWords(kitWords);
  const figure = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(640);
  const [table, setTable] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(240, Math.round(entry!.contentRect.width))));
    watch.observe(figure.current!);
    return () => watch.disconnect();
  }, []);
  const sums = labels.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const highest = kind === "bar" ? Math.max(0, ...sums) : Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const ticks = ticksTo(most ?? (highest || 1), kind === "bar");
  const top = ticks.at(-1)!;
  const inner = { width: width - pad.left - pad.right, height: height - pad.top - pad.bottom };
  const slot = inner.width / Math.max(1, labels.length);
  const x = (index: number): number => pad.left + slot * (index + 0.5);
  const y = (value: number): number => pad.top + inner.height * (1 - value / top);
  // As many names below the axis as have room: about 6 px a letter.
  const every = Math.max(1, Math.ceil((Math.max(8, ...labels.map(({ length }) => length)) * 6 + 16) / slot));
  const none = !series.some(({ values }) => values.some((value) => value !== null));
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const index = Math.floor((((event.clientX - box.left) / box.width) * width - pad.left) / slot);
    setAt(index >= 0 && index < labels.length ? index : null);
  };
  const colour = (index: number) => ({ "--of": `var(--chart-${(index % 4) + 1})` });
  return (
    <figure class={`chart ${kind}`} ref={figure}>
      <figcaption>
        {series.length > 1 && series.map(({ name }, index) => <span key={name} class={`legend ${kind === "line" && index ? "dashed" : ""}`} style={colour(index)}><i />{name}</span>)}
        {!none && <Button size="small" variant="quiet" icon={table ? "chart" : "list"} onClick={() => setTable(!table)}>{table ? t.asChart : t.asTable}</Button>}
      </figcaption>
      {none ? <div class="none">{t.noData}</div> : table ? (
        <div class="wrapper" tabIndex={0} role="region" aria-label={label}>
          <table>
            <caption class="unseen">{label}</caption>
            <thead><tr><td />{series.map(({ name }) => <th key={name} scope="col">{name}</th>)}</tr></thead>
            <tbody>{labels.map((one, index) => <tr key={one}><th scope="row">{one}</th>{series.map(({ name, values }) => <td key={name}>{values[index] == null ? "–" : format(values[index]!)}</td>)}</tr>)}</tbody>
          </table>
        </div>
      ) : (
        <>
          <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} onPointerMove={point} onPointerDown={point} onPointerLeave={() => setAt(null)}>
            {ticks.map((tick) => (
              <g key={tick}>
                <line class="grid" x1={pad.left} x2={width - pad.right} y1={y(tick)} y2={y(tick)} />
                <text x={pad.left - 6} y={y(tick) + 4} text-anchor="end">{format(tick)}</text>
              </g>
            ))}
            {labels.map((one, index) => index % every === 0 && <text key={one} x={Math.min(x(index), width - one.length * 3)} y={height - 6} text-anchor="middle">{one}</text>)}
            {at !== null && <line class="pointer" x1={x(at)} x2={x(at)} y1={pad.top} y2={height - pad.bottom} />}
            {kind === "line" ? series.map((one, index) => <Line key={one.name} one={one} smooth={smooth} index={index} x={x} y={y} floor={y(0)} />) : labels.map((name, index) => {
              let base = 0;
              return series.map(({ values }, of) => {
                const value = values[index] ?? 0;
                base += value;
                return value > 0 && <rect key={`${name} ${of}`} class="column" style={colour(of)} x={x(index) - Math.min(slot * 0.36, 20)} width={Math.min(slot * 0.72, 40)} y={y(base)} height={y(base - value) - y(base)} rx="2" />;
              });
            })}
          </svg>
          <div class="reading" aria-hidden="true">
            {at !== null && <>{labels[at]}: {series.map(({ name, values }) => `${series.length > 1 ? `${name} ` : ""}${values[at] == null ? "–" : format(values[at]!)}`).join(" · ")}</>}
          </div>
        </>
      )}
    </figure>
  );
}

function Line({ one, smooth, index, x, y, floor }: { one: Series; smooth: boolean; index: number; x: (at: number) => number; y: (value: number) => number; floor: number }): VNode {
  const runs: { at: number; value: number }[][] = [];
  one.values.forEach((value, at) => {
    if (value === null) return;
    if (at === 0 || one.values[at - 1] == null) runs.push([]);
    runs.at(-1)!.push({ at, value });
  });
  const path = (run: { at: number; value: number }[]): string => smooth ? curve(run.map(({ at, value }) => ({ x: x(at), y: y(value) }))) : run.map(({ at, value }, first) => `${first ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  return (
    <g style={{ "--of": `var(--chart-${(index % 4) + 1})` }}>
      {runs.map((run) => (
        <g key={run[0]!.at}>
          {!index && run.length > 1 && <path class="area" d={`${path(run)}L${x(run.at(-1)!.at)} ${floor}L${x(run[0]!.at)} ${floor}Z`} />}
          <path class={`line ${index ? "dashed" : ""}`} d={path(run)} />
          {run.length < 32 && run.map(({ at, value }) => <circle key={at} class="dot" cx={x(at)} cy={y(value)} r="3" />)}
        </g>
      ))}
    </g>
  );
}
