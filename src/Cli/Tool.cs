using System.ComponentModel;
using System.Diagnostics;

namespace Ringway.Cli;

/// <summary>A foreign program (dotnet, npm) run to its end, its output kept in a log.</summary>
public sealed class Tool(TimeProvider time)
{
    /// <param name="onLine">Sees every line of output as it comes, besides the log.</param>
    /// <param name="deadline">After this the program and its children are killed, and the result says so.</param>
    public async Task<ToolResult> RunAsync(
        ProcessStartInfo start, string log, TimeSpan deadline, CancellationToken ct, Action<string>? onLine = null)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;

        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        await using var writer = TextWriter.Synchronized(new StreamWriter(log) { AutoFlush = true });
        using var process = Start(start);
        process.StandardInput.Close();

        using var timer = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timer.Token);
        try
        {
            await Task.WhenAll(
                CopyAsync(process.StandardOutput, writer, onLine, either.Token),
                CopyAsync(process.StandardError, writer, onLine, either.Token));
            await process.WaitForExitAsync(either.Token);
            return new ToolResult(process.ExitCode, TimedOut: false, log);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            ct.ThrowIfCancellationRequested();
            return new ToolResult(-1, TimedOut: true, log);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing) when (missing.NativeErrorCode == 2)
        {
            throw new ObstacleException($"the program \"{start.FileName}\" is missing. Install it and start again.", inner: missing);
        }
    }

    private static async Task CopyAsync(StreamReader from, TextWriter to, Action<string>? onLine, CancellationToken ct)
    {
        while (await from.ReadLineAsync(ct) is { } line)
        {
            await to.WriteLineAsync(line);
            onLine?.Invoke(line);
        }
    }
}

/// <summary>How a program ended, and where its output is.</summary>
public sealed record ToolResult(int ExitCode, bool TimedOut, string Log)
{
    public bool Succeeded => ExitCode == 0 && !TimedOut;

    public IEnumerable<string> LastLines(int count) => File.ReadLines(Log).TakeLast(count);
}
