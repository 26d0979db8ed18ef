/** OpenTelemetry traces of requests and of the database's part in them: names, counts and ids, never content or secrets. */
import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { productVersion } from "../contracts/version.ts";
import { bounds } from "./limits/bounds.ts";
import type { Pool } from "./store/pool.ts";

export type RequestFacts = {
  method: string;
  /** One of a closed list: a path may hold what somebody sent. */
  route: string;
  requestId: string;
  /** W3C Trace Context, as it came. */
  traceparent: string | null;
};

export interface Spans {
  /** `work` is one request; it resolves with the status of the reply. */
  request(facts: RequestFacts, work: () => Promise<number>): Promise<void>;
  /** A part of the request that is under way. */
  within<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** What the request turned out to be: a problem's name, whose it is. */
  note(facts: { problem?: string; tenantId?: string | null }): void;
  /** Sends what is left, within a moment. */
  end(): Promise<void>;
}

const none: Spans = {
  request: async (_facts, work) => void (await work()),
  within: (_name, work) => work(),
  note() {},
  async end() {},
};

/** `endpoint`: of OTLP over HTTP, without `/v1/traces`; null: nothing is traced. */
export function openSpans(endpoint: string | null): Spans {
  if (endpoint === null) return none;
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, "")}/v1/traces`,
    timeoutMillis: bounds.spansExportMs,
  });
  const processor = new BatchSpanProcessor({
    exporter,
    maxQueueSize: bounds.spansQueuedMax,
    exportTimeoutMillis: bounds.spansExportMs,
  });
  const resource = resourceFromAttributes({
    "service.name": "atlasbridge-cloud",
    "service.version": productVersion,
  });
  const provider = new TracerProvider({ resource, spanProcessors: [processor] });
  return spansOf(provider.getTracer("atlasbridge-cloud", productVersion), () =>
    provider.shutdown(),
  );
}

function spansOf(tracer: Tracer, end: () => Promise<void>): Spans {
  const current = new AsyncLocalStorage<Span>();
  const contextOf = (span: Span | undefined): Context =>
    span === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, span);
  return {
    async request({ method, route, requestId, traceparent }, work) {
      const attributes = {
        ...{ "http.request.method": method, "http.route": route },
        "atlasbridge.request_id": requestId,
      };
      const options = { kind: SpanKind.SERVER, attributes };
      const span = tracer.startSpan(`${method} ${route}`, options, parentIn(traceparent));
      const status = await ended(span, () => current.run(span, work), { isNamed: false });
      span.setAttribute("http.response.status_code", status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
    async within(name, work) {
      const span = tracer.startSpan(name, {}, contextOf(current.getStore()));
      const done = await ended(span, work, { isNamed: true });
      span.end();
      return done;
    },
    note({ problem, tenantId }) {
      const span = current.getStore();
      if (problem !== undefined) span?.setAttribute("atlasbridge.problem", problem);
      if (typeof tenantId === "string") span?.setAttribute("atlasbridge.tenant_id", tenantId);
    },
    async end() {
      // Nobody listens any more: what is not told is lost, and nothing else.
      await end().catch(() => {});
    },
  };
}

/** Of an error its kind alone: its message may quote what somebody sent. */
async function ended<T>(span: Span, work: () => Promise<T>, { isNamed }: { isNamed: boolean }) {
  try {
    return await work();
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    if (isNamed && error instanceof Error) span.setAttribute("error.type", error.name);
    span.end();
    throw error;
  }
}

/** W3C Trace Context §3.2; anything else begins a trace of its own. */
function parentIn(traceparent: string | null): Context {
  const [, traceId, spanId, flags] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const isZero = /^0+$/.test(traceId) || /^0+$/.test(spanId);
  if (isZero) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** The same pool, each of its turns a span. */
export function tracedPool(pool: Pool, spans: Spans): Pool {
  return {
    get sql() {
      return pool.sql;
    },
    ask: (work) => spans.within("database ask", () => pool.ask(work)),
    withTenant: (tenantId, work) =>
      spans.within("database transaction", () => pool.withTenant(tenantId, work)),
    load: () => pool.load(),
    end: () => pool.end(),
  };
}
