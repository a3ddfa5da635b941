namespace Ringway.Options;

/// <summary>A password or key. It prints as dots; <see cref="Reveal"/> is the only way to the text.</summary>
public sealed record Secret(string Text)
{
    private string Text { get; } = Text;

    public string Reveal() => Text;

    public override string ToString() => "•••";
}
