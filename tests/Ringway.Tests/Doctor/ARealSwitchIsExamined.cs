using System.Net;
using Ringway.Asterisk;
using Ringway.Doctor;
using Ringway.Options;
using Ringway.Switch;
using Ringway.Tests.Switch;

namespace Ringway.Tests.Doctor;

/// <summary>The checks that need an Asterisk, against a real one: well, and with faults that were made on purpose.</summary>
[Trait("needs", "asterisk")]
public sealed class ARealSwitchIsExamined
{
    private static readonly string[] InAsterisk = ["trunk-port", "certificate", "ari-loopback", "ari", "modules", "files", "running", "opus", "echo"];

    [Fact]
    public async Task A_switch_that_is_well_passes_with_sound_that_came_back()
    {
        await using var asterisk = await RealSwitch.StartAsync(OnLocalhost);

        var findings = await LookAsync(asterisk, Premises(asterisk), InAsterisk);

        Assert.All(findings, finding => Assert.True(finding.Result == Verdict.Pass, $"{finding.Check} {finding.Result}: {finding.Evidence}"));
        Assert.Contains("the tone was heard again", findings.Single(finding => finding.Check == "echo").Evidence, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Directory.EnumerateFiles(asterisk.Folders.Recordings));
        Assert.Empty(await asterisk.ComplaintsAsync());
    }

    [Fact]
    public async Task A_phone_registers_and_without_ringway_the_rest_is_not_known()
    {
        await using var asterisk = await RealSwitch.StartAsync(OnLocalhost);

        var phones = Assert.Single(await LookAsync(asterisk, Premises(asterisk), ["phones"]));

        Assert.Equal(Verdict.Unknown, phones.Result);
        Assert.StartsWith("A phone registers at Asterisk", phones.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("doctor-", await asterisk.ConsoleAsync("pjsip show endpoints"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_password_a_missing_module_and_an_edited_file_are_each_found()
    {
        await using var asterisk = await RealSwitch.StartAsync(OnLocalhost);
        var premises = Premises(asterisk);
        File.AppendAllText(Path.Combine(asterisk.Folders.Etc, "extensions.conf"), "; somebody was here\n");
        await asterisk.ConsoleAsync("module unload app_echo.so");

        var changed = premises with { Switch = premises.Switch with { Lines = [premises.Switch.Lines[0] with { SipPassword = "another" }] } };
        var findings = await LookAsync(asterisk, changed, ["files", "running", "modules", "echo"]);
        var locked = Assert.Single(await LookAsync(asterisk, premises with { Secrets = premises.Secrets with { Ari = "not it" } }, ["ari"]));

        Assert.Equal((Verdict.Warn, Verdict.Fail, Verdict.Fail, Verdict.Fail), (Of("files").Result, Of("running").Result, Of("modules").Result, Of("echo").Result));
        Assert.Contains("extensions.conf", Of("files").Evidence, StringComparison.Ordinal);
        Assert.Contains("auth line-main: password is another one", Of("running").Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("another\"", Of("running").Evidence, StringComparison.Ordinal);
        Assert.Contains("app_echo.so (not there)", Of("modules").Evidence, StringComparison.Ordinal);
        Assert.Equal(Verdict.Fail, locked.Result);
        Assert.Contains("401", locked.Evidence, StringComparison.Ordinal);

        Finding Of(string check) => findings.Single(finding => finding.Check == check);
    }

    [Fact]
    public async Task A_trunk_that_demands_its_callers_certificate_is_found()
    {
        await using var asterisk = await RealSwitch.StartAsync(OnLocalhost, folders =>
        {
            var file = Path.Combine(folders.Etc, "pjsip.conf");
            File.WriteAllText(file, File.ReadAllText(file)
                .Replace("verify_client=no", "verify_client=yes", StringComparison.Ordinal).Replace("require_client_cert=no", "require_client_cert=yes", StringComparison.Ordinal));
        });

        var findings = await LookAsync(asterisk, Premises(asterisk), ["certificate", "running"]);

        Assert.All(findings, finding => Assert.Equal(Verdict.Fail, finding.Result));
        Assert.Contains("demands a certificate of its caller", findings[0].Evidence, StringComparison.Ordinal);
        Assert.Contains("transport trunk: require_client_cert is Yes, should be no", findings[1].Evidence, StringComparison.Ordinal);
    }

    private static SwitchConfiguration OnLocalhost(SwitchConfiguration configuration)
    {
        var tls = Path.GetDirectoryName(configuration.Trunk.KeyFile)!;
        var files = DevelopmentCertificates.Ensure(tls, "trunk", ["localhost"]);
        return configuration with { Trunk = configuration.Trunk with { HostName = "localhost", CertificateFile = files.CertificateFile, KeyFile = files.KeyFile } };
    }

    private static Premises Premises(RealSwitch asterisk)
    {
        var (configuration, data) = (asterisk.Configuration, Path.GetDirectoryName(asterisk.Folders.Root)!);
        return new Premises
        {
            Options = new RingwayOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, RealSwitch.FreePort()),
                Trunk = new TrunkOptions { Host = "localhost", Bind = IPAddress.Loopback, Port = configuration.Trunk.Port },
                WhatsApp = new WhatsAppOptions { Address = IPAddress.Loopback, Port = configuration.WhatsApp.Port },
                Asterisk = new AsteriskOptions { HttpPort = configuration.HttpPort },
                Simulator = new SimulatorOptions { Enabled = SimulatorMode.On },
            },
            Secrets = Secrets.Open(data) with { Ari = configuration.Ari.Password },
            Switch = configuration,
            Folders = asterisk.Folders,
            Data = data,
            Page = new Uri("http://127.0.0.1:1/"),
            AsteriskPid = asterisk.Process.Pid,
        };
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(RealSwitch asterisk, Premises premises, string[] names)
    {
        using var http = new HttpClient();
        var findings = new List<Finding>();
        foreach (var check in Examination.Checks(premises, http).Where(check => names.Contains(check.Name)))
            findings.Add(await check.LookAsync(TestContext.Current.CancellationToken));
        return findings;
    }
}
