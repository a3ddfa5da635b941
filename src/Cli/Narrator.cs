using System.Globalization;
using Spectre.Console;

namespace Ringway.Cli;

/// <summary>How far a step is: a part of the whole from 0 to 1 where that is known, and a few words.</summary>
public readonly record struct Advance(double? Fraction, string Detail);

/// <summary>
/// Tells a person what a command is doing: a line per step, with a bar while it runs if they sit at a terminal.
/// Everything goes to stderr; stdout is for results.
/// </summary>
public sealed class Narrator(TimeProvider time)
{
    /// <summary>Without a terminal (in CI) a long step says every so often that it is alive.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(20);

    private const int BarWidth = 20;

    private readonly IAnsiConsole _console =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    private bool IsTerminal { get; } = !Console.IsErrorRedirected;

    public static void Say(string line) => Console.Error.WriteLine(line);

    /// <summary>Runs one step under a title ("Fetching Asterisk"). What it returns may add a few words to the line.</summary>
    public async Task<T> StepAsync<T>(string title, Func<IProgress<Advance>, Task<T>> work, Func<T, string>? summary = null)
    {
        var began = time.GetTimestamp();
        var result = IsTerminal ? await WithBarAsync(title, work) : await WithLinesAsync(title, work);
        var took = time.GetElapsedTime(began).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        var more = summary is null ? "" : summary(result);
        Say($"  ✓ {title}{(more.Length > 0 ? $": {more}" : "")} ({took} s)");
        return result;
    }

    public Task StepAsync(string title, Func<IProgress<Advance>, Task> work) =>
        StepAsync(title, async progress =>
        {
            await work(progress);
            return true;
        });

    private async Task<T> WithBarAsync<T>(string title, Func<IProgress<Advance>, Task<T>> work) =>
        await _console.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = BarWidth }, new ElapsedTimeColumn())
            .StartAsync(async bars =>
            {
                var bar = bars.AddTask(Markup.Escape(title), maxValue: 1).IsIndeterminate();
                return await work(new Immediate(advance =>
                {
                    bar.IsIndeterminate = advance.Fraction is null;
                    bar.Value = advance.Fraction ?? bar.Value;
                    bar.Description = Markup.Escape(Short($"{title}: {advance.Detail}"));
                }));
            });

    private async Task<T> WithLinesAsync<T>(string title, Func<IProgress<Advance>, Task<T>> work)
    {
        var spoke = time.GetTimestamp();
        Say($"  · {title} …");
        return await work(new Immediate(advance =>
        {
            if (time.GetElapsedTime(spoke) < SignOfLife)
            {
                return;
            }

            spoke = time.GetTimestamp();
            var percent = advance.Fraction is { } part ? $"{part * 100:0} %, " : "";
            Say($"    {title}: {percent}{advance.Detail}");
        }));
    }

    /// <summary>What fits on the line beside spinner, bar and clock; a wrapped line would jump about.</summary>
    private string Short(string line)
    {
        var room = Math.Max(20, _console.Profile.Width - BarWidth - 16);
        return line.Length <= room ? line : line[..(room - 1)] + "…";
    }

    /// <summary>Reports on the caller's thread; <see cref="Progress{T}"/> would reorder reports.</summary>
    private sealed class Immediate(Action<Advance> report) : IProgress<Advance>
    {
        public void Report(Advance value) => report(value);
    }
}
