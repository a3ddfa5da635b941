using System.Runtime.InteropServices;

namespace Ringway.Asterisk;

/// <summary>Waits for the end of a process that need not be our child: an adopted Asterisk was started by a Ringway that is gone.</summary>
public static class ProcessExit
{
    /// <summary>Number of the system call on every architecture since Linux 5.3 (pidfd_open(2)).</summary>
    private const long PidfdOpen = 434;
    private const short PollIn = 1;
    private const int Interrupted = 4; // EINTR

    /// <summary>How often /proc is asked where the kernel or a sandbox has no pidfd.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>A task that completes when the process is gone; at once when it is gone already. Costs one sleeping thread, no polling.</summary>
    public static Task Of(int pid, TimeProvider time)
    {
        var handle = (int)Syscall(PidfdOpen, pid, 0);
        if (handle < 0)
            return AskProcAsync(pid, time);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            // A pidfd becomes readable when its process ends, also while it is still a zombie.
            var poll = new PollFd { Fd = handle, Events = PollIn };
            while (Poll(ref poll, 1, -1) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
            {
            }
            _ = Close(handle);
            gone.SetResult();
        })
        { IsBackground = true, Name = $"exit of {pid}" }.Start();
        return gone.Task;
    }

    /// <summary>Alive and not a zombie that waits to be reaped.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            // "pid (name) state …"; the name may hold spaces and brackets, so look behind the last one (proc(5)).
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task AskProcAsync(int pid, TimeProvider time)
    {
        while (IsAlive(pid))
            await Task.Delay(AskEvery, time);
    }

    /// <returns>False when there is no such process (any more).</returns>
    public static bool Signal(int pid, int signal) => Kill(pid, signal) == 0;

    public const int Terminate = 15;
    public const int Kill9 = 9;

#pragma warning disable SYSLIB1054 // Plain numbers in and out: the generated marshalling would need unsafe code for nothing.
    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern long Syscall(long number, long first, long second);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static extern int Poll(ref PollFd fds, ulong count, int timeoutMs);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int fd);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
#pragma warning restore SYSLIB1054

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }
}
