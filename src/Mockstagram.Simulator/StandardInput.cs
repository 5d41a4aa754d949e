namespace Mockstagram.Simulator;

/// <summary>Notices that the program at the other end of standard input is gone.</summary>
internal static class StandardInput
{
    /// <summary>
    /// Cancels once standard input ends. A pipe ends with its writer, even one killed by <c>kill -9</c>, which no
    /// message could tell. On a thread of its own, since reading a console or pipe blocks.
    /// </summary>
    public static void CancelAtEnd(CancellationTokenSource stop)
    {
        var thread = new Thread(() =>
        {
            Drain();
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It was stopped by other means.
            }
        })
        {
            IsBackground = true,
            Name = "standard input",
        };
        thread.Start();
    }

    private static void Drain()
    {
        try
        {
            using var input = Console.OpenStandardInput();
            var buffer = new byte[256];
            while (input.Read(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Input that cannot be read has no parent behind it either.
        }
    }
}
