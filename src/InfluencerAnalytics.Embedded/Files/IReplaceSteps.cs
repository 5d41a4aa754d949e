namespace InfluencerAnalytics.Embedded.Files;

/// <summary>The steps of <see cref="FileSync.Replace"/>, in their order.</summary>
internal interface IReplaceSteps
{
    void Write(string path, string text);

    /// <summary>Has what was written on the disk.</summary>
    void Flush(string path);

    void Rename(string from, string to);

    /// <summary>Has the names in it on the disk.</summary>
    void FlushDirectory(string path);
}
