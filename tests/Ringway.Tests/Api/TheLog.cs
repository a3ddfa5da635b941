using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Ringway.Tests.Api;

public sealed class TheLog
{
    [Fact]
    public void Every_kind_of_line_has_a_number_of_its_own()
    {
        var lines =
            from assembly in new[] { typeof(RingwayHost).Assembly, typeof(Ringway.Ari.AriClient).Assembly, typeof(Ringway.Asterisk.ConfFile).Assembly }
            from type in assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            let line = method.GetCustomAttribute<LoggerMessageAttribute>()
            where line is not null
            select (line.EventId, Name: $"{type.DeclaringType?.Name}.{method.Name}");

        var shared = lines.GroupBy(line => line.EventId).Where(same => same.Count() > 1)
            .Select(same => $"{same.Key}: {string.Join(", ", same.Select(line => line.Name))}");

        Assert.NotEmpty(lines);
        Assert.Empty(shared);
    }
}
