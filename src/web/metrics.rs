//! What the replica counts, in Prometheus' text format.

use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder,
};

/// Upper bounds in seconds: from a page out of memory to the longest that HAProxy waits.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// The counters of one replica.
pub struct Metrics {
    registry: Registry,
    requests: HistogramVec,
    pool: IntGaugeVec,
    redis_failures: prometheus::IntGauge,
    jobs: IntGaugeVec,
    job_runs: IntCounterVec,
}

impl Metrics {
    /// Counters at zero, for a replica of this name.
    pub fn new(replica: &str) -> Self {
        let registry = Registry::new();
        let requests =
            HistogramOpts::new("bodega_http_request_duration_seconds", "Requests and their duration")
                .buckets(BUCKETS.to_vec());
        let requests = HistogramVec::new(requests, &["route", "method", "status"]).expect("valid names");
        let pool = Opts::new(
            "bodega_database_connections",
            "Connections of a pool: open, idle; and requests waiting",
        );
        let pool = IntGaugeVec::new(pool, &["database", "state"]).expect("valid names");
        let redis_failures = prometheus::IntGauge::new(
            "bodega_session_store_errors",
            "Redis commands that failed since the start",
        )
        .expect("valid names");
        let jobs = Opts::new("bodega_jobs", "Jobs that wait, run, or were given up, as last counted");
        let jobs = IntGaugeVec::new(jobs, &["database", "state"]).expect("valid names");
        let job_runs =
            Opts::new("bodega_job_runs_total", "Jobs that this replica took, by what became of them");
        let job_runs = IntCounterVec::new(job_runs, &["kind", "outcome"]).expect("valid names");
        let build = Opts::new("bodega_build_info", "Which program this is")
            .const_label("version", env!("CARGO_PKG_VERSION"))
            .const_label("replica", replica);
        let build = prometheus::IntGauge::with_opts(build).expect("valid names");
        build.set(1);
        for collector in [
            Box::new(requests.clone()) as Box<dyn prometheus::core::Collector>,
            Box::new(pool.clone()),
            Box::new(redis_failures.clone()),
            Box::new(jobs.clone()),
            Box::new(job_runs.clone()),
            Box::new(build),
        ] {
            registry.register(collector).expect("different names");
        }
        Self { registry, requests, pool, redis_failures, jobs, job_runs }
    }

    /// Counts a request by the pattern of its route, not by its path: there are few patterns.
    pub fn request(&self, route: &str, method: &str, status: u16, seconds: f64) {
        self.requests.with_label_values(&[route, method, &status.to_string()]).observe(seconds);
    }

    /// Notes the state of a pool: open connections, idle ones, waiting requests.
    pub fn pool(&self, database: &str, (open, idle, waiting): (usize, usize, usize)) {
        for (state, value) in [("open", open), ("idle", idle), ("waiting", waiting)] {
            self.pool.with_label_values(&[database, state]).set(i64::try_from(value).unwrap_or(i64::MAX));
        }
    }

    /// Notes how often Redis failed.
    pub fn redis_failures(&self, failures: u64) {
        self.redis_failures.set(i64::try_from(failures).unwrap_or(i64::MAX));
    }

    /// Notes how many jobs of a database are in a state.
    pub fn jobs(&self, database: &str, state: &str, count: i64) {
        self.jobs.with_label_values(&[database, state]).set(count);
    }

    /// Counts a job that this replica has taken.
    pub fn job_run(&self, kind: &str, outcome: &str) {
        self.job_runs.with_label_values(&[kind, outcome]).inc();
    }

    /// All of it as text.
    pub fn text(&self) -> String {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text).expect("memory does not fail to write");
        String::from_utf8(text).expect("metrics are text")
    }
}
