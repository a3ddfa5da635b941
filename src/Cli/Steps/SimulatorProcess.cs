using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ringway.Asterisk;

namespace Ringway.Cli.Steps;

/// <summary>
/// `ringway simulator` as a process of its own, in a session of its own: like WhatsApp it does not notice when ringway
/// is killed. The next ringway adopts it.
/// </summary>
public sealed class SimulatorProcess
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    private readonly TimeProvider _time;

    private SimulatorProcess(int pid, bool adopted, TimeProvider time)
    {
        (Pid, Adopted, _time) = (pid, adopted, time);
        Exited = ProcessExit.Of(pid, time);
    }

    public int Pid { get; }

    public bool Adopted { get; }

    public Task Exited { get; }

    public static string Folder(string data) => Path.Combine(data, "simulator");

    /// <summary>The second Asterisk, which plays the handsets.</summary>
    public static AsteriskFolders AsteriskFolders(string data) => new(Path.Combine(Folder(data), "asterisk"));

    /// <summary>What it says goes here.</summary>
    public static string Log(string data) => Path.Combine(data, "logs", "simulator.log");

    /// <summary>The simulator of this data folder, if one runs.</summary>
    public static SimulatorProcess? Find(string data, TimeProvider time) =>
        Read(data) is { } note && IsOurs(note.Pid, data) ? new SimulatorProcess(note.Pid, adopted: true, time) : null;

    /// <summary>Adopts the running one when it was started by this build with these arguments; else starts one.</summary>
    public static async Task<SimulatorProcess> StartOrAdoptAsync(
        string data, IReadOnlyList<string> arguments, TimeProvider time, CancellationToken ct)
    {
        string[] command = [Path.Combine(AppContext.BaseDirectory, "ringway.dll"), "simulator", .. arguments];
        if (Find(data, time) is { } running)
        {
            if (Read(data)!.Command.SequenceEqual(command))
                return running;
            await running.StopAsync(ct); // Other ports or another build: calls of the old one would end anyway.
        }

        Directory.CreateDirectory(Folder(data));
        var pid = Start(command, Log(data));
        File.WriteAllText(NoteFile(data), JsonSerializer.Serialize(new Note(pid, command)));
        return new SimulatorProcess(pid, adopted: false, time);
    }

    /// <summary>Asks it to end, which ends its Asterisk too; kills it when it does not.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        ProcessExit.Signal(Pid, ProcessExit.Terminate);
        try
        {
            await Exited.WaitAsync(Grace, _time, ct);
        }
        catch (TimeoutException)
        {
            ProcessExit.Signal(Pid, ProcessExit.Kill9);
            await Exited.WaitAsync(ct);
        }
    }

    // sh opens the log and becomes setsid, which becomes the simulator: one pid throughout, no pipe that breaks when we
    // go, and no Ctrl-C from our terminal.
    private static int Start(IReadOnlyList<string> command, string log)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "/bin/sh",
            ["-c", """log=$1; shift; exec setsid "$@" </dev/null >>"$log" 2>&1""", "sh", log, Environment.ProcessPath!, .. command]))!;
        return process.Id;
    }

    private static string NoteFile(string data) => Path.Combine(Folder(data), "process.json");

    private static Note? Read(string data)
    {
        try
        {
            return JsonSerializer.Deserialize<Note>(File.ReadAllText(NoteFile(data)));
        }
        catch (Exception fault) when (fault is IOException or JsonException)
        {
            return null;
        }
    }

    // A pid alone may belong to somebody else after a reboot.
    private static bool IsOurs(int pid, string data)
    {
        try
        {
            var command = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cmdline").Split('\0');
            return ProcessExit.IsAlive(pid) && command.Contains("simulator") && command.Contains(data);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private sealed record Note(int Pid, IReadOnlyList<string> Command);
}
