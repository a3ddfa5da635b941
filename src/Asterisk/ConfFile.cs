using System.Buffers;
using System.Text;

namespace Ringway.Asterisk;

/// <summary>One of Asterisk's configuration files, written by us: sections, comments, values, always in the order given.</summary>
/// <param name="name">File name, for example <c>pjsip.conf</c>.</param>
/// <param name="why">What the file is for, in one sentence; stands in its head.</param>
public sealed class ConfFile(string name, string why)
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("[]();=\n\r\0");
    private readonly List<Section> _sections = [];

    public string Name => name;

    /// <summary>
    /// Begins a section. The same name may come again: Asterisk keeps both, and pjsip.conf tells its objects apart by
    /// their <c>type</c>.
    /// </summary>
    /// <param name="section">Its name, without brackets.</param>
    /// <param name="comment">Why it is there; null when the name says it.</param>
    /// <param name="template">Written as <c>[name](!)</c>: gives nothing itself, others take their values from it.</param>
    /// <param name="from">Templates whose values this section begins with.</param>
    public Section Begin(string section, string? comment = null, bool template = false, params IEnumerable<string> from)
    {
        var begun = new Section(Plain(section, "section"), comment, template, [.. from]);
        _sections.Add(begun);
        return begun;
    }

    /// <summary>The file's text; the same calls give the same text, byte for byte.</summary>
    public string Render()
    {
        var text = new StringBuilder().Append("; Written by Ringway; changes are overwritten. ").Append(OneLine(why)).Append('\n');
        foreach (var section in _sections)
            section.Render(text);
        return text.ToString();
    }

    /// <summary>Writes it into a folder, readable by this user alone, if its text is another one than what is there.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Write(string folder)
    {
        var path = Path.Combine(folder, Name);
        var text = Render();
        if (File.Exists(path) && File.ReadAllText(path) == text)
            return false;
        // Beside it and then over it: Asterisk may read at any moment, and a half-written pjsip.conf would drop the trunk.
        var beside = path + ".new";
        using (var file = new StreamWriter(new FileStream(beside, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        })))
            file.Write(text);
        File.SetUnixFileMode(beside, UnixFileMode.UserRead | UnixFileMode.UserWrite); // An old .new may have had another mode.
        File.Move(beside, path, overwrite: true);
        return true;
    }

    /// <summary>Values cannot hold a line break: it would begin an entry of its own, which is how a name could become a command.</summary>
    private static string OneLine(string text) => text.AsSpan().ContainsAny('\n', '\r', '\0')
        ? throw new ArgumentException("A line of an Asterisk configuration file cannot hold a line break.", nameof(text)) : text;

    private static string Plain(string text, string what) =>
        text.Length > 0 && !text.AsSpan().ContainsAny(NotInNames) ? text : throw new ArgumentException($"'{text}' cannot name a {what}.", what);

    /// <summary>A section being written; every method returns it, so that it reads like the file.</summary>
    public sealed class Section
    {
        private readonly string _head;
        private readonly string? _comment;
        private readonly List<string> _lines = [];

        internal Section(string name, string? comment, bool template, IReadOnlyList<string> from)
        {
            string[] marks = template ? ["!", .. from] : [.. from];
            _head = marks.Length == 0 ? $"[{name}]" : $"[{name}]({string.Join(',', marks)})";
            _comment = comment;
        }

        /// <summary><c>key=value</c>. A semicolon in the value is escaped, otherwise the rest would be a comment.</summary>
        /// <param name="why">Stands behind it as a comment; with its source where it is not obvious.</param>
        public Section Set(string key, string value, string? why = null) => Add(Plain(key, "key"), "=", Escape(OneLine(value)), why);

        public Section Set(string key, bool value, string? why = null) => Set(key, value ? "yes" : "no", why);

        public Section Set(string key, int value, string? why = null) => Set(key, value.ToString(System.Globalization.CultureInfo.InvariantCulture), why);

        /// <summary>The same, left out when there is no value.</summary>
        public Section SetIf(string key, string? value, string? why = null) => value is null ? this : Set(key, value, why);

        /// <summary>
        /// <c>key => value</c>, as extensions.conf and modules.conf like it. Same meaning to the parser (Asterisk 22:
        /// main/config.c skips the bracket).
        /// </summary>
        public Section Arrow(string key, string value, string? why = null) => Add(Plain(key, "key"), " => ", Escape(OneLine(value)), why);

        /// <summary>A line of comment.</summary>
        public Section Comment(string text)
        {
            _lines.Add("; " + OneLine(text));
            return this;
        }

        private Section Add(string key, string sign, string value, string? why)
        {
            _lines.Add(why is null ? key + sign + value : $"{key}{sign}{value} ; {OneLine(why)}");
            return this;
        }

        /// <summary>In a value only the semicolon is special; <c>\;</c> is one (main/config.c, "Escape semicolons").</summary>
        private static string Escape(string value) => value.Replace(";", "\\;", StringComparison.Ordinal);

        internal void Render(StringBuilder text)
        {
            text.Append('\n');
            if (_comment is not null)
                text.Append("; ").Append(OneLine(_comment)).Append('\n');
            text.Append(_head).Append('\n');
            foreach (var line in _lines)
                text.Append(line).Append('\n');
        }
    }
}
