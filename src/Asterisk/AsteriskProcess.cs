using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Ringway.Asterisk;

/// <summary>Asterisk did not come up, or not as it should.</summary>
public sealed class AsteriskStartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// One Asterisk, in a session of its own: it lives on when the Ringway that started it is killed, and the next Ringway
/// adopts it with all its calls.
/// </summary>
public sealed class AsteriskProcess
{
    /// <summary>Measured: 2 s to "fully booted" on four idle cores; a loaded small machine takes five times as long.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    /// <summary>How often the control socket is tried while Asterisk starts; the socket appears some 100 ms after the start.</summary>
    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(20);

    private readonly AsteriskFolders _folders;
    private readonly TimeProvider _time;

    private AsteriskProcess(AsteriskFolders folders, int pid, bool adopted, TimeProvider time)
    {
        (_folders, Pid, Adopted, _time) = (folders, pid, adopted, time);
        Exited = ProcessExit.Of(pid, time);
    }

    public int Pid { get; }

    /// <summary>True when it ran already.</summary>
    public bool Adopted { get; }

    /// <summary>Completes when the process is gone, for whatever reason.</summary>
    public Task Exited { get; }

    /// <summary>The Asterisk of these folders, if one runs.</summary>
    public static int? FindPid(AsteriskFolders folders)
    {
        try
        {
            // A pid alone may belong to somebody else after a reboot: the command line must name our configuration.
            return int.TryParse(File.ReadAllText(folders.PidFile), CultureInfo.InvariantCulture, out var pid)
                && ProcessExit.IsAlive(pid)
                && File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Contains(folders.AsteriskConf)
                ? pid : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Adopts the Asterisk of these folders, or starts one; returns when it is fully booted.</summary>
    /// <param name="folders">Their etc must hold the whole configuration; see <see cref="CommonFiles"/>.</param>
    /// <exception cref="AsteriskStartException">It ended at once or did not come up in a minute; the message quotes its last words.</exception>
    public static async Task<AsteriskProcess> StartOrAdoptAsync(
        AsteriskFolders folders, PackageTree tree, TimeProvider? time = null, CancellationToken ct = default)
    {
        time ??= TimeProvider.System;
        folders.Create();
        var asterisk = FindPid(folders) is { } running
            ? new AsteriskProcess(folders, running, adopted: true, time)
            : new AsteriskProcess(folders, Start(folders, tree), adopted: false, time);
        try
        {
            await asterisk.WaitUntilBootedAsync(ct);
            return asterisk;
        }
        catch when (!asterisk.Adopted)
        {
            asterisk.Kill(); // Nobody would know of it. One that ran before us may carry calls and stays.
            throw;
        }
    }

    /// <summary>One command on Asterisk's console, for example <c>pjsip show endpoints</c>.</summary>
    /// <exception cref="SocketException">Asterisk is gone.</exception>
    public Task<string> ConsoleAsync(string command, CancellationToken ct = default) => AsteriskConsole.RunAsync(_folders, command, ct);

    /// <summary>Ends it: asks kindly (calls end with it), and kills it after <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace, CancellationToken ct = default)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(grace);
            await ConsoleAsync("core stop now", patience.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            ProcessExit.Signal(Pid, ProcessExit.Terminate); // Asterisk takes SIGTERM for "core stop now" too.
        }
        try
        {
            await Exited.WaitAsync(grace, _time, ct);
        }
        catch (TimeoutException)
        {
            Kill();
            await Exited.WaitAsync(ct);
        }
    }

    /// <summary>Ends it as a power cut would; for tests of what happens then.</summary>
    public void Kill() => ProcessExit.Signal(Pid, ProcessExit.Kill9);

    private static int Start(AsteriskFolders folders, PackageTree tree)
    {
        File.Delete(folders.ControlSocket); // Left over from one that was killed; we wait for the new one.
        var command = tree.Command("asterisk", "-f", "-n", "-C", folders.AsteriskConf);
        // sh opens the log and becomes setsid, which becomes Asterisk: one pid from first to last, no pipe that breaks when
        // we go, no Ctrl-C from our terminal. setsid(1) forks only when it leads a process group, which our child does not.
        const string script = """log=$1; shift; exec setsid "$@" </dev/null >>"$log" 2>&1""";
        var start = new ProcessStartInfo("/bin/sh", ["-c", script, "sh", folders.ConsoleLog, command.FileName, .. command.ArgumentList])
        {
            UseShellExecute = false,
            WorkingDirectory = folders.Spool,
        };
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        start.Environment["HOME"] = folders.Var;
        using var process = Process.Start(start)!;
        return process.Id;
    }

    private async Task WaitUntilBootedAsync(CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(LongestStart, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            while (!Exited.IsCompleted)
            {
                try
                {
                    // Returns only when it is so; "core waitfullybooted" sits in Asterisk and costs nothing.
                    var said = await ConsoleAsync("core waitfullybooted", either.Token);
                    if (said.Contains("fully booted", StringComparison.Ordinal))
                        return;
                }
                catch (SocketException)
                {
                    // Not listening yet.
                }
                await Task.WhenAny(Exited, Task.Delay(TryEvery, _time, either.Token));
                either.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new AsteriskStartException($"Asterisk (pid {Pid}) was not fully booted after {LongestStart.TotalSeconds:0} s. {LastWords()}");
        }
        throw new AsteriskStartException($"Asterisk ended while it started. {LastWords()}");
    }

    private string LastWords()
    {
        foreach (var log in (string[])[_folders.MessagesLog, _folders.ConsoleLog])
        {
            if (!File.Exists(log))
                continue;
            var lines = File.ReadLines(log).Where(l => l.Contains("error", StringComparison.OrdinalIgnoreCase)).TakeLast(3).ToList();
            if (lines.Count > 0)
                return $"It said: {string.Join(" | ", lines)} ({log})";
        }
        return $"See {_folders.ConsoleLog} and {_folders.MessagesLog}.";
    }
}
