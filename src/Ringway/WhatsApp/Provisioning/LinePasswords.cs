using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Ringway.Options;

namespace Ringway.WhatsApp.Provisioning;

/// <summary>Where a line's SIP password comes from: what the operator wrote, what Meta told, or what the simulator shall take for one.</summary>
public static class LinePasswords
{
    /// <summary>Fills what ringway.yaml leaves open. After <see cref="Demo.FillWithDemo"/>.</summary>
    /// <exception cref="ConfigurationException">A line has no password from anywhere.</exception>
    public static RingwayOptions FillWithPasswords(this RingwayOptions options, Secrets secrets, NumbersFile numbers)
    {
        var lines = options.Lines.Select(line => IsWritten(line) ? line : line with
        {
            Password = Newest(line, numbers) ?? Made(line, options, secrets), IsPasswordFilled = true,
        }).ToImmutableArray();
        var faults = lines.Select((line, at) => (line, at)).Where(it => it.line.Password.Reveal().Length == 0).Select(it => new Fault(
            $"lines[{it.at}].password",
            $"line {it.line.Id} has no SIP password yet: run `ringway whatsapp apply --line {it.line.Id}`, which fetches it from Meta", null)).ToList();
        return faults.Count == 0 ? options with { Lines = lines } : throw new ConfigurationException(faults);
    }

    /// <summary>The password as of now: `ringway whatsapp apply` may have fetched another one since the options were filled.</summary>
    public static Secret Current(LineOptions line, NumbersFile numbers) => IsWritten(line) ? line.Password : Newest(line, numbers) ?? line.Password;

    /// <summary>Whether the operator gave it; then nothing that Meta says comes before it.</summary>
    public static bool IsWritten(LineOptions line) => line is { IsDemo: false, IsPasswordFilled: false } && line.Password.Reveal().Length > 0;

    private static Secret? Newest(LineOptions line, NumbersFile numbers) => line.PhoneNumberId is { } id ? numbers.Password(id) : null;

    private static Secret Made(LineOptions line, RingwayOptions options, Secrets secrets) =>
        line.IsDemo ? line.Password : options.WithSimulator ? Simulated(line, secrets) : new Secret("");

    /// <summary>The simulator and our trunk come to the same one without asking each other.</summary>
    private static Secret Simulated(LineOptions line, Secrets secrets) => new(Convert.ToHexStringLower(HMACSHA256.HashData(
        Convert.FromBase64String(secrets.Key), Encoding.UTF8.GetBytes("SIP password of " + line.Number.E164)))[..32]);
}
