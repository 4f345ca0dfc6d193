//! Load: so many workers, each doing one thing after another, for some time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::http::Connection;

/// What a round of load came to.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Of what succeeded, in microseconds, sorted.
    durations: Vec<u32>,
    pub failed: usize,
    seconds: f64,
}

impl Sample {
    /// Several rounds as one.
    pub fn together(samples: &[Self]) -> Self {
        let mut all = Self::default();
        for sample in samples {
            all.durations.extend(&sample.durations);
            all.failed += sample.failed;
            all.seconds += sample.seconds;
        }
        all.durations.sort_unstable();
        all
    }

    pub fn answered(&self) -> usize {
        self.durations.len()
    }

    /// Successes in a second.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn rate(&self) -> f64 {
        self.durations.len() as f64 / self.seconds
    }

    /// The duration in milliseconds that so many percent did not exceed (nearest rank).
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.durations.len() * percent).div_ceil(100);
        self.durations.get(rank.saturating_sub(1)).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
    }
}

/// Does one thing at a time.
pub trait Worker: Send + 'static {
    /// Does it once; whether it succeeded.
    fn work(&mut self) -> impl Future<Output = bool> + Send;
}

/// Lets workers work for some time.
pub async fn hammer<W: Worker>(workers: Vec<W>, time: Duration) -> Sample {
    let started = Instant::now();
    let tasks = workers.into_iter().map(|worker| tokio::spawn(toil(worker, started + time)));
    let tasks: Vec<_> = tasks.collect();
    let mut samples = Vec::new();
    for task in tasks {
        samples.push(task.await.expect("workers do not panic"));
    }
    Sample { seconds: started.elapsed().as_secs_f64(), ..Sample::together(&samples) }
}

async fn toil<W: Worker>(mut worker: W, end: Instant) -> Sample {
    let mut sample = Sample::default();
    while Instant::now() < end {
        let began = Instant::now();
        match worker.work().await {
            true => sample.durations.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX)),
            false => {
                sample.failed += 1;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
    sample
}

/// The same request on so many connections; anything but a 200 is a failure.
pub async fn http(address: SocketAddr, request: &[u8], connections: usize, time: Duration) -> Sample {
    let request: Arc<[u8]> = request.into();
    let browser = || Browser { connection: Connection::new(address), request: Arc::clone(&request) };
    hammer((0..connections).map(|_| browser()).collect(), time).await
}

struct Browser {
    connection: Connection,
    request: Arc<[u8]>,
}

impl Worker for Browser {
    async fn work(&mut self) -> bool {
        self.connection.exchange(&self.request).await.is_ok_and(|answer| answer.status == 200)
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let sample = Sample { durations: (1..=200).map(|n| n * 1000).collect(), failed: 0, seconds: 2.0 };
        let exact = |percent| format!("{}", sample.percentile(percent));
        assert_eq!([50, 95, 99, 100].map(exact), ["100", "190", "198", "200"]);
        assert!(Sample::default().percentile(95).is_nan());
    }
}
