using System.Diagnostics;
using System.Text;

namespace Ringway.Bench.Calls.Variants;

/// <summary>An ARI application in a process of its own; it prints a line when it is connected.</summary>
/// <param name="name">Its name in the tables.</param>
/// <param name="application">Its name in Asterisk.</param>
/// <param name="command">Program and arguments; address and password come by the environment (ARI_URL, ARI_PASSWORD, ARI_APP).</param>
public sealed class AriProgram(string name, string application, params string[] command) : Variant
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);

    private readonly StringBuilder _said = new();
    private Process? _process;

    public override string Name => name;

    public override int? Pid => _process?.Id;

    public override string? HeapSocket(ProductUnderTest product) => Path.Combine(product.Data, $"{application}.sock");

    public override string Dialplan(string endpoint) => $"Stasis({application},{endpoint})";

    public override async Task StartAsync(ProductUnderTest product, CancellationToken ct)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        (start.Environment["ARI_URL"], start.Environment["ARI_PASSWORD"], start.Environment["ARI_APP"]) = (product.Ari.ToString(), product.AriPassword, application);
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[StartupHook.Variable] = HeapSocket(product);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => { lock (_said) if (line.Data is { Length: > 0 } said) _said.AppendLine(said); };
        _process.BeginErrorReadLine();
        if (await _process.StandardOutput.ReadLineAsync(ct).AsTask().WaitAsync(StartPatience, TimeProvider.System, ct) is null)
            throw new InvalidOperationException($"{name} did not start:\n{_said}");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited) _process.Kill();
            await _process.WaitForExitAsync();
            if (_said.Length > 0) await Console.Error.WriteLineAsync($"{name} said:\n{_said}");
            _process.Dispose();
        }

        await base.DisposeAsync();
    }
}
