using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace ClosedDoor.Platform.Pages;

/// <summary>
/// Markup. It is only made out of literals of ours and encoded values, <c>Html.Of($"&lt;b&gt;{name}&lt;/b&gt;")</c>, so what a
/// person typed stays text wherever it stands. It fits element content and quoted attributes, nothing else.
/// </summary>
public readonly struct Html
{
    // Chinese stays as it is: a page's source is also read by people.
    static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    readonly string? _markup;

    Html(string markup) => _markup = markup;

    public static readonly Html Nothing;

    public static Html Of(Template template) => new(template.Markup);

    /// <summary>One after the other, each with the same template.</summary>
    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> write) =>
        new(string.Concat(items.Select(item => write(item).ToString())));

    public override string ToString() => _markup ?? "";

    /// <summary>What the compiler makes of an interpolated string: literals as they are, values encoded.</summary>
    [InterpolatedStringHandler]
    public readonly struct Template
    {
        readonly StringBuilder _markup;

        public Template(int literalLength, int formattedCount) =>
            _markup = new StringBuilder(literalLength + (formattedCount * 32));

        internal string Markup => _markup.ToString();

        public void AppendLiteral(string literal) => _markup.Append(literal);

        public void AppendFormatted(Html html) => _markup.Append(html.ToString());

        public void AppendFormatted(string? text)
        {
            if (text is not null)
                _markup.Append(Encoder.Encode(text));
        }

        public void AppendFormatted(long number) => _markup.Append(number);
    }
}
