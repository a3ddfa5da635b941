using System.Diagnostics;
using System.Text;

namespace Ringway.Asterisk;

/// <summary>A program of the machine that is run to its end, such as apt-get.</summary>
internal static class Tool
{
    internal sealed record Result(int ExitCode, string Output, string Error);

    /// <summary>Runs it with English messages and no questions; a cancelled caller takes the program down with it.</summary>
    /// <param name="onLine">Told every line of standard output as it comes.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static async Task<Result> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, Action<string>? onLine, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            var error = process.StandardError.ReadToEndAsync(ct);
            var output = new StringBuilder();
            while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
            {
                output.AppendLine(line);
                onLine?.Invoke(line);
            }
            await process.WaitForExitAsync(ct);
            return new Result(process.ExitCode, output.ToString(), await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Whether the machine has a program of that name on its path.</summary>
    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
