// The whole program of the container that holds volumes: it is there, and ends when told to.
//
// Without a C library it is under a kilobyte. As the first process of its container it would ignore
// SIGTERM; signals that are blocked are kept for it all the same, and it takes them one by one.

#if defined(__x86_64__)

enum { kSigProcMask = 14, kSigTimedWait = 128, kWait4 = 61, kExit = 60 };

static long call(long number, long a, long b, long c, long d) {
  long answer;
  register long fourth __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(answer)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return answer;
}

#elif defined(__aarch64__)

enum { kSigProcMask = 135, kSigTimedWait = 137, kWait4 = 260, kExit = 93 };

static long call(long number, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}

#else

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  for (;;) {
    const int signal = sigwaitinfo(&set, NULL);
    if (signal == SIGTERM || signal == SIGINT) exit(0);
    while (waitpid(-1, NULL, WNOHANG) > 0) continue;
  }
}

#endif

#if defined(__x86_64__) || defined(__aarch64__)

enum { kInterrupt = 2, kTerminate = 15, kChild = 17, kBlock = 0, kNoHang = 1 };

__attribute__((noreturn)) void _start(void) {
  const unsigned long set =
      1UL << (kInterrupt - 1) | 1UL << (kTerminate - 1) | 1UL << (kChild - 1);
  call(kSigProcMask, kBlock, (long)&set, 0, sizeof set);
  for (;;) {
    const long signal = call(kSigTimedWait, (long)&set, 0, 0, sizeof set);
    if (signal == kInterrupt || signal == kTerminate) call(kExit, 0, 0, 0, 0);
    // What was run in this container by hand and lost its parent.
    while (call(kWait4, -1, 0, kNoHang, 0) > 0) continue;
  }
}

#endif
