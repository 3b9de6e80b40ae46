//! Limits the memory for bodies over all fetches. Small bodies are free; a larger one waits until there is room for it,
//! and keeps the room until its data is no longer needed.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::FetchError;
use super::cancel::Cancel;

/// Bodies up to this size need no room.
pub(super) const FREE: u64 = 2 << 20;
/// How often a waiting fetch checks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(100);

/// The available room.
#[derive(Debug)]
pub struct Room {
    all: u64,
    free: Mutex<u64>,
    freed: Condvar,
}

/// A share of the room, released on drop.
#[derive(Debug)]
pub struct Share {
    room: Arc<Room>,
    bytes: u64,
}

impl Room {
    /// Creates room for this many bytes.
    pub fn new(all: u64) -> Self {
        Self { all, free: Mutex::new(all), freed: Condvar::new() }
    }

    /// Waits for room for a body, or for all the room if the body is larger. Also returns the time spent waiting.
    pub(super) fn take(self: &Arc<Self>, bytes: u64, cancel: &Cancel) -> Result<(Share, Duration), FetchError> {
        let (bytes, start) = (bytes.min(self.all), Instant::now());
        let mut free = self.lock();
        while *free < bytes {
            if cancel.is_cancelled() {
                return Err(FetchError::Cancelled);
            }
            free = self.freed.wait_timeout(free, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
        *free -= bytes;
        Ok((Share { room: Arc::clone(self), bytes }, start.elapsed()))
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// The number of bytes in this share.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        *self.room.lock() += self.bytes;
        self.room.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_together_never_exceed_the_room() {
        let (room, cancel) = (Arc::new(Room::new(100)), Cancel::default());
        let take = |bytes| room.take(bytes, &cancel).map(|(share, _)| share);
        let (some, rest) = (take(60).expect("room"), take(40).expect("room"));
        let waiting = std::thread::spawn({
            let (room, cancel) = (Arc::clone(&room), cancel.clone());
            move || room.take(1_000, &cancel).map(|(share, _)| share.bytes)
        });
        drop(some);
        assert_eq!(*room.lock(), 60);
        drop(rest);
        assert_eq!(waiting.join().expect("no panic"), Ok(100), "all there is, and no more");
        let all = take(100).expect("room");
        cancel.cancel();
        assert_eq!(take(1).expect_err("called off"), FetchError::Cancelled);
        drop(all);
        assert_eq!(*room.lock(), 100);
    }
}
