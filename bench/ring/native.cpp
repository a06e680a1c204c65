// The same queue, and a ticket queue as rigtorp's MPMCQueue has it, in C++: what the ring is held against. Written anew from
// their published algorithms (D. Vyukov, 1024cores.net; E. Rigtorp). Prints ns an item for each round.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <thread>

#ifdef __linux__
#include <pthread.h>
#include <sched.h>
static void pin(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);
}
#else
static void pin(int) {}
#endif

/** Tries again for 3 us, then sleeps for 50; as bench/ring/side.mjs does. */
struct Patience {
  unsigned tries = 0;
  std::chrono::steady_clock::time_point until;
  void rest() {
    if (++tries % 16 > 0) return;
    auto now = std::chrono::steady_clock::now();
    if (tries == 16) until = now + std::chrono::microseconds(3);
    else if (now > until) {
      tries = 0;
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  }
  void ready() { tries = 0; }
};

struct Item { int32_t a, b, c, d; };

/** Sequence numbers in the slots, positions claimed by compare-and-swap; `publish`: the order of stores that give a slot on. */
template <std::memory_order publish> struct Vyukov {
  struct alignas(128) Slot { std::atomic<uint32_t> seq; uint32_t count; uint32_t pad[2]; Item item; };
  static constexpr uint32_t capacity = 1024;
  alignas(128) std::atomic<uint32_t> head{0};
  alignas(128) std::atomic<uint32_t> tail{0};
  alignas(128) Slot slots[capacity];
  Vyukov() { for (uint32_t n = 0; n < capacity; n++) slots[n].seq.store(n); }
  bool push(const Item &item) {
    uint32_t at = head.load(std::memory_order_relaxed);
    for (;;) {
      Slot &slot = slots[at & (capacity - 1)];
      int32_t ahead = int32_t(slot.seq.load(std::memory_order_acquire) - at);
      if (ahead == 0) {
        if (head.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) {
          slot.item = item;
          slot.seq.store(at + 1, publish);
          return true;
        }
      } else if (ahead < 0) return false;
      else at = head.load(std::memory_order_relaxed);
    }
  }
  bool pop(Item &item) {
    uint32_t at = tail.load(std::memory_order_relaxed);
    for (;;) {
      Slot &slot = slots[at & (capacity - 1)];
      int32_t ahead = int32_t(slot.seq.load(std::memory_order_acquire) - (at + 1));
      if (ahead == 0) {
        if (tail.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) {
          item = slot.item;
          slot.seq.store(at + capacity, publish);
          return true;
        }
      } else if (ahead < 0) return false;
      else at = tail.load(std::memory_order_relaxed);
    }
  }
};

/** A turn in every slot: even, to be written; odd, to be read. */
struct Turns {
  struct alignas(64) Slot { std::atomic<size_t> turn{0}; Item item; };
  static constexpr size_t capacity = 1024;
  alignas(64) Slot slots[capacity];
  alignas(64) std::atomic<size_t> head{0};
  alignas(64) std::atomic<size_t> tail{0};
  bool push(const Item &item) {
    size_t at = head.load(std::memory_order_acquire);
    for (;;) {
      Slot &slot = slots[at % capacity];
      if (at / capacity * 2 == slot.turn.load(std::memory_order_acquire)) {
        if (head.compare_exchange_strong(at, at + 1)) {
          slot.item = item;
          slot.turn.store(at / capacity * 2 + 1, std::memory_order_release);
          return true;
        }
      } else {
        size_t before = at;
        at = head.load(std::memory_order_acquire);
        if (at == before) return false;
      }
    }
  }
  bool pop(Item &item) {
    size_t at = tail.load(std::memory_order_acquire);
    for (;;) {
      Slot &slot = slots[at % capacity];
      if (at / capacity * 2 + 1 == slot.turn.load(std::memory_order_acquire)) {
        if (tail.compare_exchange_strong(at, at + 1)) {
          item = slot.item;
          slot.turn.store(at / capacity * 2 + 2, std::memory_order_release);
          return true;
        }
      } else {
        size_t before = at;
        at = tail.load(std::memory_order_acquire);
        if (at == before) return false;
      }
    }
  }
};

template <class Q> double round(int32_t items) {
  Q *queue = new Q();
  std::atomic<int> ready{0};
  auto together = [&] { ready++; while (ready.load() < 2); };
  std::thread producer([&] {
    pin(0);
    together();
    Patience wait;
    for (int32_t n = 0; n < items;) {
      if (queue->push({n, n + 1, n + 2, n + 3})) { n++; wait.ready(); }
      else wait.rest();
    }
  });
  pin(1);
  together();
  auto began = std::chrono::steady_clock::now();
  volatile uint32_t sink = 0;
  uint32_t sum = 0;
  Item item;
  Patience wait;
  for (int32_t n = 0; n < items;) {
    if (queue->pop(item)) { sum += uint32_t(item.a) + item.b + item.c + item.d; n++; wait.ready(); }
    else wait.rest();
  }
  sink = sum;
  double ns = double(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - began).count());
  producer.join();
  delete queue;
  return ns / items;
}

int main(int count, char **words) {
  int32_t items = std::atoi(words[2]);
  (void)count;
  char which = words[1][0];
  std::printf("%f\n", which == 'v'   ? round<Vyukov<std::memory_order_release>>(items)
                      : which == 's' ? round<Vyukov<std::memory_order_seq_cst>>(items)
                                     : round<Turns>(items));
}
