namespace Ringway.Options;

/// <summary>
/// What an option is called in ringway.yaml and what it means. The reader, the checks of single values and
/// docs/configuration.md are all made from it, so that none of them can tell a different story.
/// </summary>
/// <param name="name">The key. When it ends in <c>Seconds</c> or <c>Hours</c> the value is a whole number of those.</param>
/// <param name="means">One sentence for the operator, without the full stop.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeyAttribute(string name, string means) : Attribute
{
    public string Name => name;

    public string Means => means;

    /// <summary>There is no default: leaving it out is a fault.</summary>
    public bool Required { get; init; }

    /// <summary>The smallest and the largest number allowed, in the key's own unit.</summary>
    public int Min { get; init; }

    public int Max { get; init; } = int.MaxValue;

    /// <summary>What the documentation shows where the default depends on something else.</summary>
    public string? DefaultIs { get; init; }

    /// <summary>A name that becomes part of ids and of Asterisk's sections: small letters, digits, dashes.</summary>
    public bool IsId { get; init; }

    /// <summary>A file; a relative path starts at the folder of the configuration file.</summary>
    public bool IsFile { get; init; }
}
