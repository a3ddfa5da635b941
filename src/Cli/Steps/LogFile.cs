using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Ringway.Cli.Steps;

/// <summary>
/// ringway's log as a file in the data folder: one line an event with time (UTC), level, what, number. Whoever logs
/// never waits for the disk. At 50 MB the file becomes <c>ringway.log.1</c> and a new one begins.
/// </summary>
public sealed class LogFile : ILoggerProvider, ISupportExternalScope, IAsyncDisposable
{
    private const long LargestBytes = 50_000_000;

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<string, Category> _categories = new();
    private readonly Task _writing;
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public LogFile(string path, TimeProvider time)
    {
        (_path, _time) = (path, time);
        _writing = Task.Run(WriteAsync);
    }

    public ILogger CreateLogger(string categoryName) => _categories.GetOrAdd(categoryName, name => new Category(this, name));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var writer = Open();
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync())
            {
                await writer.WriteLineAsync(line);
                if (_lines.Reader.TryPeek(out _))
                    continue;
                await writer.FlushAsync();
                if (writer.BaseStream.Length < LargestBytes)
                    continue;
                await writer.DisposeAsync();
                File.Move(_path, _path + ".1", overwrite: true);
                writer = Open();
            }
        }
        catch (IOException fault)
        {
            // A full disk must not end calls: we go on without a log, and say so once.
            Console.Error.WriteLine($"ringway: the log {_path} cannot be written any more: {fault.Message}");
        }
        finally
        {
            await writer.DisposeAsync();
        }
    }

    private StreamWriter Open() => new(_path, append: true, new UTF8Encoding(false));

    private sealed class Category(LogFile file, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => file._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = new StringBuilder()
                .Append(file._time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
                .Append(' ').Append(Short(logLevel)).Append(' ').Append(name)
                .Append(CultureInfo.InvariantCulture, $"[{eventId.Id}] ");
            file._scopes.ForEachScope(AppendScope, line);
            line.Append(OneLine(formatter(state, exception)));
            if (exception is not null)
                line.Append(" | ").Append(OneLine(exception.ToString()));
            file._lines.Writer.TryWrite(line.ToString());
        }

        // The call, the agent. The web server's own (connection, request) are longer than the line they explain.
        private static void AppendScope(object? scope, StringBuilder line)
        {
            if (scope?.GetType().Namespace?.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) == false)
                line.Append(scope).Append(" | ");
        }

        // A line break inside a message could forge the next line.
        private static string OneLine(string text) => text.ReplaceLineEndings(" ⏎ ");

        private static string Short(LogLevel level) => level switch
        {
            LogLevel.Trace => "TRC",
            LogLevel.Debug => "DBG",
            LogLevel.Information => "INF",
            LogLevel.Warning => "WRN",
            LogLevel.Error => "ERR",
            _ => "CRT",
        };
    }
}
