/* Writes how it was called as one line of JSON: its arguments from argument zero on, and its environment without what the manager itself sets. */
#include <stdio.h>
#include <string.h>

static const char *const of_the_manager[] = {
    "HOME=", "LANG=", "LOGNAME=", "PATH=", "SHELL=", "USER=", "PWD=", "TERM=", "INVOCATION_ID=", "JOURNAL_STREAM=", "MANAGERPID=", "SYSTEMD_", "XDG_",
};

static void put(const char *text)
{
    putchar('"');
    for (; *text; text++)
    {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
        {
            printf("\\%c", c);
        }
        else if (c < 0x20 || c == 0x7f)
        {
            printf("\\u%04x", c);
        }
        else
        {
            putchar(c);
        }
    }
    putchar('"');
}

static int is_of_the_manager(const char *variable)
{
    for (size_t i = 0; i < sizeof of_the_manager / sizeof *of_the_manager; i++)
    {
        if (strncmp(variable, of_the_manager[i], strlen(of_the_manager[i])) == 0)
        {
            return 1;
        }
    }
    return 0;
}

static void put_all(char **texts, int is_environment)
{
    const char *separator = "";
    for (; *texts; texts++)
    {
        if (!is_environment || !is_of_the_manager(*texts))
        {
            printf("%s", separator);
            put(*texts);
            separator = ",";
        }
    }
}

int main(int count, char **arguments, char **environment)
{
    (void)count;
    printf("{\"arguments\":[");
    put_all(arguments, 0);
    printf("],\"environment\":[");
    put_all(environment, 1);
    printf("]}\n");
    return 0;
}
