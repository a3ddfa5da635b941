using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Ringway.Bench.Calls.Measures;

/// <summary>
/// The CPU time of another process in nanoseconds, the threads that have ended included: the clock behind clock_getcpuclockid(3).
/// <c>/proc/PID/stat</c> counts in ticks of 10 ms, and <c>schedstat</c> forgets what ended threads have used.
/// </summary>
public static partial class ProcessClock
{
    public static TimeSpan Of(int pid)
    {
        // Linux: the clock of a process' user and system time is ~pid << 3 | CPUCLOCK_SCHED (include/linux/posix-timers_types.h).
        if (ClockGetTime(~pid << 3 | 2, out var time) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        return TimeSpan.FromTicks(time.Seconds * TimeSpan.TicksPerSecond + time.Nanoseconds / 100);
    }

    [DllImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
