//! The events to come: at most one per transfer, the earliest first.
//!
//! A stream whose rate changes moves its event. So the queue never holds more events than transfers are on their way,
//! however often rates change.

/// What can happen to a transfer; the order is the order within one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// Its last byte has been delivered.
    Drain,
    /// It ends: it has drained, and its supply has ended too.
    End,
    /// Its head arrives.
    Arrive,
}

/// An event with its instant, femtoseconds, and its transfer: the order in which events happen.
pub(super) type Due = (u64, Event, u32);

/// No place in the heap.
const ABSENT: u32 = u32::MAX;

/// A binary heap in which the place of every transfer's event is known.
pub(super) struct EventQueue {
    heap: Vec<Due>,
    /// By transfer: the place of its event in the heap, or [`ABSENT`].
    places: Vec<u32>,
}

impl EventQueue {
    /// No event yet.
    pub fn new(transfers: usize) -> EventQueue {
        EventQueue { heap: Vec::new(), places: vec![ABSENT; transfers] }
    }

    /// The instant of the earliest event.
    pub fn next_instant(&self) -> Option<u64> {
        self.heap.first().map(|&(at, ..)| at)
    }

    /// Sets the event of a transfer, instead of the one that it may have.
    pub fn set(&mut self, at: u64, event: Event, transfer: u32) {
        let place = self.places[transfer as usize];
        if place == ABSENT {
            self.heap.push((at, event, transfer));
            self.rise(self.heap.len() - 1);
            return;
        }
        let place = place as usize;
        let before = std::mem::replace(&mut self.heap[place], (at, event, transfer));
        if (at, event, transfer) < before {
            self.rise(place);
        } else {
            self.sink(place);
        }
    }

    /// Takes the earliest event if it is at this instant.
    pub fn pop_at(&mut self, at: u64) -> Option<(Event, u32)> {
        let &(first, event, transfer) = self.heap.first()?;
        if first != at {
            return None;
        }
        self.places[transfer as usize] = ABSENT;
        let last = self.heap.pop()?;
        if !self.heap.is_empty() {
            self.heap[0] = last;
            self.sink(0);
        }
        Some((event, transfer))
    }

    fn rise(&mut self, mut place: usize) {
        let due = self.heap[place];
        while place > 0 {
            let parent = (place - 1) / 2;
            if self.heap[parent] < due {
                break;
            }
            self.put(place, self.heap[parent]);
            place = parent;
        }
        self.put(place, due);
    }

    fn sink(&mut self, mut place: usize) {
        let due = self.heap[place];
        loop {
            let mut child = 2 * place + 1;
            if child + 1 < self.heap.len() && self.heap[child + 1] < self.heap[child] {
                child += 1;
            }
            match self.heap.get(child) {
                Some(&earlier) if earlier < due => self.put(place, earlier),
                Some(_) | None => break,
            }
            place = child;
        }
        self.put(place, due);
    }

    fn put(&mut self, place: usize, due: Due) {
        self.heap[place] = due;
        self.places[due.2 as usize] = place as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_by_instant_then_kind_then_transfer() {
        let mut queue = EventQueue::new(100);
        // A permutation of instants, each set twice: only the second one counts.
        for transfer in 0..100 {
            queue.set(u64::from(transfer * 37 % 100), Event::Drain, transfer);
        }
        for transfer in (0..100).rev() {
            let event = if transfer % 2 == 0 { Event::Arrive } else { Event::End };
            queue.set(u64::from(transfer * 61 % 10), event, transfer);
        }
        let mut popped: Vec<Due> = Vec::new();
        while let Some(at) = queue.next_instant() {
            let (event, transfer) = queue.pop_at(at).expect("an event at this instant");
            assert_eq!(u64::from(transfer * 61 % 10), at);
            popped.push((at, event, transfer));
        }
        assert_eq!(popped.len(), 100);
        assert!(popped.is_sorted());
    }
}
