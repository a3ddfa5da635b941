using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Runtime.CompilerServices;
using Ringway.Asterisk;
using Ringway.Testing;

namespace Ringway.Tests.Witness;

/// <summary>
/// SIPp as <c>wa.meta.vc</c>: a program that none of us wrote, on scenarios written from Meta's pages. What it complains of, neither
/// our simulator nor our switch can have talked themselves into.
/// </summary>
internal sealed class SipWitness : IAsyncDisposable
{
    /// <summary>A step of a call takes milliseconds; five seconds are for two busy cores.</summary>
    private static readonly TimeSpan StepPatience = TimeSpan.FromSeconds(5);

    /// <summary>Longer than every scenario; then SIPp ends by itself and says that it was too long.</summary>
    private static readonly TimeSpan CallPatience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private readonly Scenario _scenario;
    private readonly string _folder;
    private readonly string _password;
    private readonly Process _sipp;
    private readonly Task<string> _said;

    private SipWitness(Scenario scenario, string folder, string password, Process sipp)
    {
        (_scenario, _folder, _password, _sipp) = (scenario, folder, password, sipp);
        _said = ReadAsync(sipp);
    }

    /// <summary>Starts SIPp; one that is to be called listens when this returns.</summary>
    /// <param name="folder">A new folder for its files.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="trunk">Where it calls.</param>
    /// <param name="certificates">What it shows, and whom it trusts.</param>
    /// <param name="digestUri">What it signs when it is challenged, without <c>sip:</c>.</param>
    /// <param name="password">What the business must show when it is challenged.</param>
    public static async Task<SipWitness> StartAsync(
        Scenario scenario, string folder, int port, int trunk, CertificateFiles certificates, string callId, string digestUri, string password, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "scenario.xml");
        scenario.Save(file);
        var start = (await Packages()).Command("sipp",
        [
            "-sf", file,
            "-t", "l1", "-tls_cert", certificates.CertificateFile, "-tls_key", certificates.KeyFile, "-tls_ca", certificates.CaFile,
            "-i", "127.0.0.1", "-bind_local", "-cp", Number(FreePort.Take()),
            "-m", "1", "-cid_str", callId.Replace("%", "%%", StringComparison.Ordinal), "-auth_uri", digestUri,
            "-default_behaviors", "abortunexp", "-deadcall_wait", "0",
            "-recv_timeout", Milliseconds(StepPatience), "-timeout", Number((int)CallPatience.TotalSeconds) + "s", "-timeout_error",
            "-trace_err", "-error_file", Path.Combine(folder, "errors.log"),
            "-trace_msg", "-message_file", Path.Combine(folder, "messages.log"),
            "-nostdin", "-skip_rlimit",
            .. scenario.IsCaller ? (string[])[$"127.0.0.1:{Number(trunk)}"] : ["-p", Number(port)],
        ]);
        start.WorkingDirectory = folder;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var witness = new SipWitness(scenario, folder, password, Process.Start(start)!);
        if (!scenario.IsCaller)
            await witness.ListensAsync(port, ct);
        return witness;
    }

    /// <summary>Waits until the call is over.</summary>
    /// <returns>Null when all went as Meta's pages say; else one sentence: what was expected, and what came.</returns>
    public async Task<string?> ComplaintAsync(CancellationToken ct)
    {
        await _sipp.WaitForExitAsync(ct);
        return _sipp.ExitCode == 0
            ? ShownPassword.Complaint([.. Received()], _password)
            : Complaint.Of(_scenario, _sipp.ExitCode, ReadIfThere("errors.log"), await _said);
    }

    /// <summary>Waits until the call is over, and fails the test with the complaint if there is one.</summary>
    public async Task AgreesAsync(CancellationToken ct)
    {
        if (await ComplaintAsync(ct) is { } complaint)
            Assert.Fail(complaint);
    }

    /// <summary>The complaint of a witness that has ended; null while it goes on.</summary>
    public async Task<string?> SoFarAsync(CancellationToken ct) => _sipp.HasExited ? await ComplaintAsync(ct) : null;

    /// <summary>The last SDP that came from the business.</summary>
    public string LastSdp() => Received().Last(m => m.Contains("m=audio", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        if (!_sipp.HasExited)
            _sipp.Kill();
        await _said;
        _sipp.Dispose();
    }

    private async Task ListensAsync(int port, CancellationToken ct)
    {
        while (!IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(l => l.Port == port))
        {
            if (_sipp.HasExited)
                throw new InvalidOperationException($"SIPp did not start on \"{_scenario.Name}\": {await ComplaintAsync(ct)}");
            await Task.Delay(LookEvery, TimeProvider.System, ct);
        }
    }

    /// <summary>What came from the business, in order; the log has a line about each message, and then the message.</summary>
    private IEnumerable<string> Received() => ReadIfThere("messages.log").Split("TLS message ")
        .Where(m => m.StartsWith("received", StringComparison.Ordinal)).Select(m => m[(m.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]);

    private string ReadIfThere(string name) => Path.Combine(_folder, name) is var path && File.Exists(path) ? File.ReadAllText(path) : "";

    private static async Task<string> ReadAsync(Process process)
    {
        var both = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        return both[1] + both[0];
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan time) => Number((int)time.TotalMilliseconds);

    private static Task<PackageTree> Packages([CallerFilePath] string here = "") =>
        new PrivatePackages(Environment.GetEnvironmentVariable("RINGWAY_PACKAGES") is { Length: > 0 } named
            ? named : Path.Combine(Path.GetDirectoryName(here)!, "../../../data/packages")).EnsureAsync(PackageSet.SipTester);
}
